// The official @ibm-cloud/watsonx-ai SDK, its own iterator.
import { WatsonXAI } from '@ibm-cloud/watsonx-ai';
import { BearerTokenAuthenticator } from '@ibm-cloud/watsonx-ai/authentication';

export function open(origin) {
  const authenticator = new BearerTokenAuthenticator({ bearerToken: 'x' });
  const client = new WatsonXAI({ version: '2026-08-05', serviceUrl: origin, authenticator });
  const ask = (modelId, prompt) => ({
    modelId,
    projectId: 'p',
    messages: [{ role: 'user', content: [{ type: 'text', text: prompt }] }],
  });
  return {
    async whole(model, prompt) {
      return (await client.textChat(ask(model, prompt))).result.choices[0].message.content;
    },
    async stream(model, prompt, { signal, onDelta }) {
      const parts = await client.textChatStream({ ...ask(model, prompt), returnObject: true, signal });
      for await (const { data } of parts) {
        const text = data.choices[0]?.delta.content;
        if (text) onDelta(text);
      }
    },
  };
}
