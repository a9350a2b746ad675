import type { Pattern } from './pattern-rule.js';

const secret = (name: string, pattern: string, source: string, rest = '[\\w-]{0,255}'): Pattern => ({
  name,
  pattern,
  source,
  full: pattern + rest,
});

/** What a private key has behind its first words: base64 in lines, perhaps as JSON writes them, and its end. */
const KEY_BODY =
  '(?: BLOCK)?(?:-----(?:[\\w+/=\\\\:,\\s]|-(?!----)){0,4500}(?:-----END [A-Z0-9 ]{0,48}-----)?)?';

const GITLEAKS = 'the default rules of gitleaks 8';
const SCALIBR = 'the detectors of OSV-SCALIBR';
const GITHUB = 'GitHub, token formats (April 2021)';

/**
 * What keys look like, by provider. A pattern stops at the least length that is not a word by chance, so that a stream
 * ends before the whole key is out.
 */
export const secretForms: readonly Pattern[] = [
  secret(
    'a private key',
    '-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY',
    'RFC 7468, OpenSSH, PGP',
    KEY_BODY,
  ),
  secret(
    'a JSON Web Token',
    'eyJ[\\w-]{8,600}\\.eyJ[\\w-]{8}',
    'RFC 7519: base64url of {" twice',
    '[\\w-]{0,3000}(?:\\.[\\w-]{0,1000}){0,3}',
  ),
  secret('an AWS access key', '(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}', GITLEAKS),
  secret('a GitHub token', 'gh[pousr]_[A-Za-z0-9]{36}', GITHUB),
  secret('a GitHub token', 'github_pat_[A-Za-z0-9]{22}_', GITHUB),
  secret('a GitLab token', 'gl(?:pat|ptt|dt|rt|soat|cbt)-[\\w-]{20}', GITLEAKS),
  secret('an OpenAI key', 'sk-[A-Za-z0-9]{20}T3BlbkFJ', GITLEAKS),
  secret('an OpenAI key', 'sk-(?:proj|svcacct|admin)-[\\w-]{20}', GITLEAKS),
  secret('an Anthropic key', 'sk-ant-[a-z0-9]{3,12}-[\\w-]{20}', GITLEAKS),
  secret('a Google API key', 'AIza[\\w-]{35}', GITLEAKS),
  secret('a Google client secret', 'GOCSPX-[\\w-]{28}', 'GitHub secret scanning, Google OAuth client secret'),
  secret('a Slack token', 'xox[abeoprs]-[A-Za-z0-9-]{10}', GITLEAKS),
  secret('a Slack token', 'xapp-\\d-[A-Z0-9]{8}', GITLEAKS),
  secret('a Slack webhook', 'hooks\\.slack\\.com/services/T[A-Z0-9]{8}', GITLEAKS, '[\\w/-]{0,80}'),
  secret('a Stripe key', '[rs]k_(?:live|test|prod)_[A-Za-z0-9]{16}', GITLEAKS),
  secret('a SendGrid key', 'SG\\.[\\w-]{22}\\.[\\w-]{20}', GITLEAKS),
  secret('a Twilio key', 'SK[0-9a-f]{32}', GITLEAKS),
  secret('a Mailgun key', 'key-[0-9a-f]{32}', GITLEAKS),
  secret('an npm token', 'npm_[A-Za-z0-9]{36}', GITLEAKS),
  secret('a PyPI token', 'pypi-AgEIcHlwaS5vcmc[\\w-]{20}', GITLEAKS),
  secret('a Hugging Face token', 'hf_[A-Za-z0-9]{34}', GITLEAKS),
  secret('a Groq key', 'gsk_[A-Za-z0-9]{40}', 'the rules of Nosey Parker'),
  secret('a Perplexity key', 'pplx-[A-Za-z0-9]{40}', GITLEAKS),
  secret('an xAI key', 'xai-[A-Za-z0-9]{40}', SCALIBR),
  secret('a DigitalOcean token', 'do[opr]_v1_[a-f0-9]{32}', GITLEAKS),
  secret('a Shopify token', 'shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}', GITLEAKS),
  secret('a Databricks token', 'dapi[a-f0-9]{32}', GITLEAKS),
  secret('a Docker token', 'dckr_(?:pat|oat)_[\\w-]{27}', SCALIBR),
  secret('a Vault token', 'hv[sb]\\.[\\w-]{24}', GITLEAKS),
  secret('a Telegram bot token', '\\d{8,10}:AA[\\w-]{33}', GITLEAKS),
  secret(
    'an Azure storage key',
    'AccountKey=[A-Za-z0-9+/]{40}',
    'Azure, connection strings',
    '[A-Za-z0-9+/=]{0,120}',
  ),
  secret(
    'a database password',
    '(?:postgres(?:ql)?|mysql|mariadb|mongodb(?:\\+srv)?|rediss?|amqps?)://[\\w.%+~-]{0,64}:[\\w.%+~!$&*=-]{3,128}@',
    'RFC 3986, userinfo',
    '',
  ),
];
