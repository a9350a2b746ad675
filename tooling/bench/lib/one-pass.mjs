/**
 * The least that cutting and reading can cost: each character is looked at once, and nothing else is done. What the
 * chunkers and the reader of partial JSON are compared with.
 */

/** Sentences: `.`, `!` or `?` and white space behind it. What is open is kept in pieces, and joined at its end. */
export function cutSentences(onSentence) {
  let open = [];
  let afterStop = false;
  const end = (piece) => {
    open.push(piece);
    onSentence(open.join(''));
    open = [];
  };
  return {
    push(delta) {
      let start = 0;
      for (let at = 0; at < delta.length; at += 1) {
        const code = delta.charCodeAt(at);
        if (afterStop && code <= 0x20) {
          end(delta.slice(start, at));
          start = at + 1;
        }
        afterStop = code === 0x2e || code === 0x21 || code === 0x3f;
      }
      if (start < delta.length) open.push(delta.slice(start));
    },
    end() {
      if (open.length > 0) end('');
    },
  };
}

/** Words: what stands between white space. */
export function cutWords(onWord) {
  let open = [];
  const end = (piece) => {
    if (piece !== '') open.push(piece);
    if (open.length > 0) onWord(open.join(''));
    open = [];
  };
  return {
    push(delta) {
      let start = 0;
      for (let at = 0; at < delta.length; at += 1) {
        if (delta.charCodeAt(at) > 0x20) continue;
        end(delta.slice(start, at));
        start = at + 1;
      }
      if (start < delta.length) open.push(delta.slice(start));
    },
    end: () => end(''),
  };
}

/** Paragraphs: what stands between empty lines. */
export function cutParagraphs(onParagraph) {
  let open = [];
  let lines = 0;
  const end = () => {
    if (open.length > 0) onParagraph(open.join(''));
    open = [];
  };
  return {
    push(delta) {
      let start = 0;
      for (let at = 0; at < delta.length; at += 1) {
        if (delta.charCodeAt(at) === 0x0a) {
          if (at > start) open.push(delta.slice(start, at));
          start = at + 1;
          lines += 1;
        } else if (lines > 0) {
          if (lines > 1) end();
          else open.push('\n');
          lines = 0;
        }
      }
      if (start < delta.length) open.push(delta.slice(start));
    },
    end,
  };
}

const meanings = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', '"': '"', '\\': '\\', '/': '/' };

/** Valid JSON into a value that grows in place. */
export function readJson() {
  const parents = [];
  let root;
  let open = null;
  let state = 'value';
  let text = '';
  let isKey = false;
  let escaped = null;

  const put = (value) => {
    if (open === null) root = value;
    else if (open.list) open.list[open.at] = value;
    else open.object[open.key] = value;
  };
  const slot = () => {
    if (open?.list) open.at = open.list.length;
  };
  const enter = (next, value) => {
    slot();
    put(value);
    parents.push(open);
    open = next;
    state = next.list ? 'value' : 'key';
  };
  const endLiteral = () => {
    put(JSON.parse(text));
    state = 'next';
  };

  return {
    write(delta) {
      for (let at = 0; at < delta.length; at += 1) {
        const char = delta[at];
        if (state === 'string' && escaped !== null) {
          escaped += char;
          if (escaped[0] !== 'u') text += meanings[escaped];
          else if (escaped.length < 5) continue;
          else text += String.fromCharCode(Number.parseInt(escaped.slice(1), 16));
          escaped = null;
        } else if (state === 'string') {
          let to = at;
          while (to < delta.length && delta[to] !== '"' && delta[to] !== '\\') to += 1;
          if (to > at) text += delta.slice(at, to);
          at = to;
          if (delta[to] === '\\') escaped = '';
          else if (delta[to] === '"') {
            if (isKey) open.key = text;
            else put(text);
            state = 'next';
          }
        } else {
          if (state === 'literal') {
            if (/[-+.\w]/.test(char)) {
              text += char;
              continue;
            }
            endLiteral();
          }
          if (char === ',') state = open.list ? 'value' : 'key';
          else if (char === ':') state = 'value';
          else if (char === '}' || char === ']') {
            open = parents.pop();
            state = 'next';
          } else if (char === '{') {
            const object = {};
            enter({ object, key: '' }, object);
          } else if (char === '[') {
            const list = [];
            enter({ list, at: 0 }, list);
          } else if (char === '"') {
            isKey = state === 'key';
            if (!isKey) slot();
            state = 'string';
            text = '';
          } else if (char > ' ') {
            slot();
            state = 'literal';
            text = char;
          }
        }
      }
      if (state === 'string' && !isKey) put(text);
    },
    get value() {
      return root;
    },
  };
}
