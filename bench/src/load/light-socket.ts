/**
 * A WebSocket client that costs as little as possible, so that load processes leave the cores to what is measured: no
 * masking (the key is zero), no fragments, no compression, one Buffer kept for what is left over.
 * https://www.rfc-editor.org/rfc/rfc6455#section-5.2
 */
import { connect, type Socket } from 'node:net';

const FINAL_TEXT = 0x81;
const FINAL_PONG = 0x8a;
const OPCODE = 0x0f;
const CLOSE = 0x08;
const PING = 0x09;
const MASKED = 0x80;
const [LENGTH_16, LENGTH_64] = [126, 127];
const END_OF_HEAD = '\r\n\r\n';

export interface LightEvents {
  /** The payload is a view that is only good until this returns. */
  onText(payload: Buffer): void;
  /** @param code of the close frame, or 0 where the connection just ended */
  onEnd(code: number): void;
}

/** States: connecting → open → ended. */
export class LightSocket {
  private readonly socket: Socket;
  private rest: Buffer | undefined;
  private isOpen = false;
  private code = 0;

  /** @param first is sent as soon as the handshake is answered */
  constructor(
    port: number,
    path: string,
    private readonly first: string,
    private readonly events: LightEvents,
  ) {
    this.socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.socket.on('data', (chunk) => this.take(chunk));
    this.socket.on('error', () => undefined); // 'close' follows
    this.socket.on('close', () => events.onEnd(this.code));
    const head = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n`;
    this.socket.write(`${head}Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13${END_OF_HEAD}`);
  }

  send(text: string): void {
    this.write(FINAL_TEXT, Buffer.from(text));
  }

  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  end(): void {
    this.socket.destroy();
  }

  private write(first: number, payload: Buffer): void {
    const { length } = payload;
    const header = length < LENGTH_16 ? Buffer.alloc(6) : Buffer.alloc(8);
    header[0] = first;
    header[1] = MASKED | Math.min(length, LENGTH_16);
    if (length >= LENGTH_16) header.writeUInt16BE(length, 2);
    this.socket.write(Buffer.concat([header, payload]));
  }

  private take(chunk: Buffer): void {
    let bytes = this.rest ? Buffer.concat([this.rest, chunk]) : chunk;
    this.rest = undefined;
    if (!this.isOpen) {
      const end = bytes.indexOf(END_OF_HEAD);
      if (end < 0) return void (this.rest = bytes);
      if (!bytes.toString('latin1', 0, 12).endsWith('101')) return this.end();
      this.isOpen = true;
      bytes = bytes.subarray(end + END_OF_HEAD.length);
      this.send(this.first);
    }
    this.frames(bytes);
  }

  private frames(bytes: Buffer): void {
    let at = 0;
    while (at + 2 <= bytes.length) {
      const short = bytes.readUInt8(at + 1);
      const header = short === LENGTH_16 ? 4 : short === LENGTH_64 ? 10 : 2;
      if (at + header > bytes.length) break;
      const length = header === 4 ? bytes.readUInt16BE(at + 2) : header === 10 ? bytes.readUInt32BE(at + 6) : short;
      const end = at + header + length;
      if (end > bytes.length) break;
      const payload = bytes.subarray(at + header, end);
      const opcode = bytes.readUInt8(at) & OPCODE;
      if (opcode === CLOSE) this.code = payload.length >= 2 ? payload.readUInt16BE(0) : 0;
      else if (opcode === PING) this.write(FINAL_PONG, payload);
      else this.events.onText(payload);
      at = end;
    }
    if (at < bytes.length) this.rest = Buffer.from(bytes.subarray(at));
  }
}
