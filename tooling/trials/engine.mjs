const named = { 'win32-x64': 'win-x64', 'darwin-x64': 'mac-x64', 'darwin-arm64': 'mac-arm64-metal' };
const platform = `${process.platform}-${process.arch}`;

/** The one engine of node-llama-cpp that a program without CUDA or Vulkan needs; all that there are take 750 MB. */
export const engine = `@node-llama-cpp/${named[platform] ?? platform}`;
