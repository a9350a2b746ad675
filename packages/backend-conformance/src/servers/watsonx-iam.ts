import { type Fault, faultOf, type StatusFault } from './fault.js';
import { jsonDocument } from './framing.js';
import type { WireAnswer } from './wire.js';
import type { WireRequest } from './wire-request.js';

/** Whom the desk gives tokens, and for how long. */
export interface IamDeskInit {
  /** The key that it takes. Default: any. */
  readonly apiKey?: string | undefined;
  /** How long a token lives, in seconds. Default 3600. */
  readonly lifetimeS?: number | undefined;
}

/**
 * The part of a watsonx server that exchanges keys for tokens (`POST /identity/token`).
 *
 * @example
 * const iam = new IamDesk();
 * await using server = await watsonxServer({ iam });
 * iam.fail({ kind: 'stall', until: new Turnstile() }); // the next exchange
 */
export class IamDesk {
  readonly apiKey: string | undefined;
  readonly lifetimeS: number;
  /** How many exchanges were asked for. */
  exchanges = 0;
  /** @internal */
  readonly _faults: Fault[] = [];
  /** @internal */
  readonly _valid: Set<string> = new Set();

  constructor({ apiKey, lifetimeS = 3600 }: IamDeskInit = {}) {
    this.apiKey = apiKey;
    this.lifetimeS = lifetimeS;
  }

  /** The next exchanges go wrong like this, one each. */
  fail(...faults: readonly Fault[]): this {
    this._faults.push(...faults);
    return this;
  }

  /** Takes back all tokens that were given. */
  revoke(): void {
    this._valid.clear();
  }

  /** Whether a token was given and not taken back. */
  knows(token: string): boolean {
    return this._valid.has(token);
  }

  /** The answer to an exchange. */
  answer({ body }: WireRequest): WireAnswer {
    this.exchanges += 1;
    const fault = this._faults.shift();
    const faults = fault === undefined ? [] : [fault];
    const status = faultOf(faults, 'status');
    if (status) return refusal(status);
    if (body.grant_type !== 'urn:ibm:params:oauth:grant-type:apikey') {
      return refusal({ kind: 'status', status: 400, code: 'BXNIM0109E', message: 'Property missing.' });
    }
    if (this.apiKey !== undefined && body.apikey !== this.apiKey) {
      const message = 'Provided API key could not be found.';
      return refusal({ kind: 'status', status: 400, message });
    }
    const iat = Math.floor(Date.now() / 1000);
    const token = jwt({ iat, exp: iat + this.lifetimeS, jti: this.exchanges });
    this._valid.add(token);
    const data = JSON.stringify({
      access_token: token,
      refresh_token: 'not_supported',
      token_type: 'Bearer',
      expires_in: this.lifetimeS,
      expiration: iat + this.lifetimeS,
    });
    return { framing: jsonDocument, events: [{ data }], faults };
  }
}

function refusal({ status, code = 'BXNIM0415E', message = `scripted ${status}` }: StatusFault): WireAnswer {
  const context = {
    requestId: 'iam-1',
    requestType: 'incoming.Identity_Token',
    url: 'https://iam.cloud.ibm.com',
  };
  const data = JSON.stringify({ errorCode: code, errorMessage: message, context });
  return { framing: jsonDocument, events: [{ data }], status };
}

/** Clients look into the payload; nobody here checks the signature. */
function jwt(payload: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return [part({ alg: 'none', typ: 'JWT' }), part(payload), 'signature'].join('.');
}
