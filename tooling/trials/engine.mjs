const system = { win32: 'win', darwin: 'mac' }[process.platform] ?? process.platform;

/** The engine for the CPU alone, as the page of backend-llamacpp says; all that there is takes 750 MB. */
export const engine = `@node-llama-cpp/${system}-${process.arch}`;
