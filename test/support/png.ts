import { crc32, deflateSync } from 'node:zlib';

/** A picture of that size: a sky over a sea, by its hue in degrees. */
export function png(width: number, height: number, hue = 200): Buffer {
  const rows = Buffer.alloc((width * 3 + 1) * height);
  for (let y = 0; y < height; y += 1) {
    const below = y > height * 0.6;
    for (let x = 0; x < width; x += 1) {
      const wave = below ? Math.sin(x / 17 + y / 5) * 10 : 0;
      const light = below ? 0.35 + wave / 100 : 0.9 - (y / height) * 0.5;
      rows.set(color(hue + (below ? 20 : 0), light), y * (width * 3 + 1) + 1 + x * 3);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8); // eight bits each of red, green and blue
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const content = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(content));
  return Buffer.concat([length, content, check]);
}

/** HSL with a saturation of one half, as bytes. */
function color(hue: number, light: number): number[] {
  const span = 0.5 * Math.min(light, 1 - light);
  return [0, 8, 4].map((offset) => {
    const k = (offset + hue / 30) % 12;
    return Math.round(255 * (light - span * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  });
}
