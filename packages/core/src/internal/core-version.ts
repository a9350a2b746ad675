declare const PACKAGE_VERSION: string | undefined;

/** The version of this copy of core. The bundler puts it in; sources that run as they are have none yet. */
export const coreVersion: string = typeof PACKAGE_VERSION === 'string' ? PACKAGE_VERSION : '0.0.0';
