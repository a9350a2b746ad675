// The floor: a bare loop over `fetch`.
export function open(origin) {
  const post = (body, signal) =>
    fetch(`${origin}/v1/chat/completions`, {
      method: 'POST',
      signal,
      headers: { 'content-type': 'application/json', authorization: 'Bearer x' },
      body: JSON.stringify(body),
    });
  const messages = (prompt) => [{ role: 'user', content: prompt }];
  return {
    async whole(model, prompt) {
      const reply = await post({ model, messages: messages(prompt) });
      return (await reply.json()).choices[0].message.content;
    },
    async stream(model, prompt, { signal, onDelta }) {
      const reply = await post({ model, messages: messages(prompt), stream: true }, signal);
      const decoder = new TextDecoder();
      let rest = '';
      for await (const bytes of reply.body) {
        rest += decoder.decode(bytes, { stream: true });
        let from = 0;
        for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n', from)) {
          if (rest.startsWith('data: {', from)) {
            const text = JSON.parse(rest.slice(from + 6, end)).choices[0]?.delta.content;
            if (text) onDelta(text);
          }
          from = end + 1;
        }
        rest = rest.slice(from);
      }
    },
  };
}
