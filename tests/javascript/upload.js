// Uploads a file with tus-js-client, as a program in Node.js does:
//   node upload.js '{"file": PATH, "options": {...}, "dieAfterBytes": NUMBER or null}'
// Prints a JSON object a line as things happen: each answered request, the upload's URL, how it ended.
// With dieAfterBytes the process kills itself in the middle of the request that sends beyond so many.

import { createReadStream } from "node:fs";
import { Upload } from "tus-js-client";

const { file, options, dieAfterBytes } = JSON.parse(process.argv[2]);
const tell = (happened) => process.stdout.write(`${JSON.stringify(happened)}\n`);

const upload = new Upload(createReadStream(file), {
  ...options,
  onUploadUrlAvailable: () => tell({ url: upload.url }),
  onAfterResponse: (request, response) =>
    tell({
      method: request.getMethod(),
      offset: request.getHeader("Upload-Offset") ?? null,
      status: response.getStatus(),
    }),
  onProgress: (sentBytes) => {
    if (dieAfterBytes !== null && sentBytes > dieAfterBytes) process.kill(process.pid, "SIGKILL");
  },
  onSuccess: () => tell({ end: "success" }),
  onError: (error) => tell({ end: error.message, status: error.originalResponse?.getStatus() ?? null }),
});
upload.start();
