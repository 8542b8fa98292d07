import { defineConfig } from "vitest/config";

export default defineConfig({
  base: "./", // so that it works under any path prefix
  publicDir: "public",
  build: {
    outDir: "../static",
    emptyOutDir: true,
    target: "es2022",
    modulePreload: false,
    rolldownOptions: {
      output: { entryFileNames: "app.js", assetFileNames: "app[extname]" },
    },
  },
  server: {
    proxy: {
      "^/(api|system|products|customers|purchases|livez)": "http://127.0.0.1:9999",
      "/ws": { target: "ws://127.0.0.1:9999", ws: true },
    },
  },
  test: { environment: "happy-dom", include: ["tests/**/*.test.{ts,tsx}"] },
});
