import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** `@fanfare/source`: libraries are bundled from their sources, as everything in the workspace is. */
export default defineConfig({
  base: '/console/',
  plugins: [react()],
  resolve: { conditions: ['@fanfare/source', 'module', 'browser', 'development|production'] },
  build: { outDir: 'dist', sourcemap: true },
});
