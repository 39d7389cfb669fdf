// @tus/server over its own FileStore, as its README sets it up.
import { createServer } from 'node:http';
import { FileStore } from '@tus/file-store';
import { Server } from '@tus/server';

const [port = '0', directory = '.'] = process.argv.slice(2);
const tus = new Server({ path: '/files', datastore: new FileStore({ directory }) });
createServer((request, response) => void tus.handle(request, response)).listen(Number(port), '127.0.0.1');
