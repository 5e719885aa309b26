import preset from '../../jest.preset.mjs';

// A Redis in cluster mode takes 2 s to serve: while one spec waits for that, another can run.
export default { ...preset, maxWorkers: 2 };
