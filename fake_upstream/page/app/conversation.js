/** What the page knows of one conversation: its messages in order, each id once. */

export class Conversation {
  constructor(id = null) {
    this.id = id;
    this.title = "";
    this.messages = [];
    this.loaded = false;
  }

  /** Takes over what the service has. */
  fill({ title, messages }) {
    this.title = title ?? "";
    this.messages = messages;
    this.loaded = true;
  }

  find(id) {
    return this.messages.find((message) => message.id === id);
  }

  /** Adds a message, or takes the newer form of one that is there. */
  put(message) {
    const known = this.find(message.id);
    if (known) this.replace(known, message);
    else this.messages.push(message);
  }

  replace(old, message) {
    this.messages = this.messages.map((each) => (each === old ? message : each));
  }

  answerTo(id) {
    return this.messages.find((message) => message.reply_to === id);
  }

  hasKey(key) {
    return this.messages.some((message) => message.key === key);
  }

  /** The assistant's message that ends the conversation, if one does. */
  get lastAnswer() {
    const last = this.messages.at(-1);
    return last?.role === "assistant" ? last : undefined;
  }
}

/** Appends piece n to its answer; false when it was there already or one before it is missing. */
export function addPiece(answer, n, text) {
  if (n !== answer.pieces + 1) return false;
  answer.text += text;
  answer.pieces = n;
  return true;
}
