export { type CreatedRepository, createRepository, type RepositorySettings } from './create-repository.js';
