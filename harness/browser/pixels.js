// What stands out within a box of a picture (PNG, base64) of the window: the share of its pixels that differ from its ground by at least the ratio
// that WCAG asks of large letters. Only pixels settle what styles can't: pictures behind a text, blending, masks.
async ([base64, box]) => {
  const STANDS_OUT = 3;
  const bytes = Uint8Array.from(atob(base64), (one) => one.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
  const scale = bitmap.width / innerWidth;
  const [x, y, width, height] = [box.x, box.y, box.width, box.height].map((one) => Math.round(one * scale));
  const pen = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  pen.drawImage(bitmap, -x, -y);
  const { data } = pen.getImageData(0, 0, width, height);
  const counts = new Map();
  let [last, run] = [-1, 0];
  const count = () => counts.set(last, (counts.get(last) ?? 0) + run);
  for (let i = 0; i < data.length; i += 4) {
    const key = (data[i] << 16) | (data[i + 1] << 8) | data[i + 2];
    if (key !== last) {
      if (run) count();
      [last, run] = [key, 0];
    }
    run += 1;
  }
  count();
  const part = (value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = (key) => 0.2126 * part(key >> 16) + 0.7152 * part((key >> 8) & 255) + 0.0722 * part(key & 255);
  const [ground] = [...counts].reduce((most, one) => (one[1] > most[1] ? one : most));
  const below = luminance(ground);
  let out = 0;
  for (const [key, count] of counts) {
    const own = luminance(key);
    if ((Math.max(own, below) + 0.05) / (Math.min(own, below) + 0.05) >= STANDS_OUT) out += count;
  }
  return (4 * out) / data.length;
}
