export { tinyModelPath, tinyModelUrl } from './tiny-model.js';
