"""The page that people read: what it shows of a report, drawn by templates, in one file or in parts."""
