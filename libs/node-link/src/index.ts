export { NodeLink, type NodeLinkEvents } from './node-link.js';
export { type LinkCheck, PartitionLink } from './partition-link.js';
export { parsePublication, type Publication } from './publication.js';
