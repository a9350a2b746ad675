import { Component, type ModelOutputThunk } from '@melliflow/core';
import { Query } from './query.js';
import { Transform } from './transform.js';

/**
 * An object of a program that a model can be asked about and asked to change. `mify` makes one of any object; a class
 * may also extend it and say itself what is shown.
 */
export abstract class MObject extends Component<string> {
  /** A question about it. */
  getQueryObject(query: string): Query {
    return new Query(this, query);
  }

  /** A change to it. */
  getTransformObject(transformation: string): Transform {
    return new Transform(this, transformation);
  }

  /** The text of the answer. */
  parseOutput(computed: ModelOutputThunk): string {
    return computed.value ?? '';
  }
}
