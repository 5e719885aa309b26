import { Global, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ScriptedServer } from '../calls/scripted-server.fixture.js';
import { Fanfare } from '../fanfare.js';
import { FanfareModule } from './fanfare.module.js';

let server: ScriptedServer;
beforeAll(async () => {
  server = await new ScriptedServer().start();
});
afterAll(() => server.stop());

@Injectable()
class Invoices {
  constructor(private readonly fanfare: Fanfare) {}

  paid(user: string) {
    return this.fanfare.publish({ to: { user }, type: 'invoice.paid', payload: null });
  }
}

/** Publishes from inside of an application. */
async function publishFrom(root: object): Promise<void> {
  const app = await NestFactory.createApplicationContext(root, { logger: false });
  try {
    server.play({ status: 202, body: { id: 'm', state: 'published' } });
    await app.get(Invoices, { strict: false }).paid('alice');
    expect(server.asked).toMatchObject([{ body: { to: { user: 'alice' }, type: 'invoice.paid' } }]);
    expect(server.asked[0]?.headers.authorization).toBe('Bearer from-settings');
  } finally {
    await app.close();
  }
}

test('forRoot gives Fanfare to those who ask for it', async () => {
  const fanfare = FanfareModule.forRoot({ url: server.url, key: 'from-settings' });
  @Module({ imports: [fanfare], providers: [Invoices] })
  class Root {}
  await publishFrom(Root);
});

@Injectable()
class Settings {
  readonly key = 'from-settings';
}
@Global()
@Module({ providers: [Settings], exports: [Settings] })
class SettingsModule {}

test('forRootAsync makes it of what is injected', async () => {
  const fanfare = FanfareModule.forRootAsync({
    imports: [SettingsModule],
    inject: [Settings],
    useFactory: async ({ key }: Settings) => ({ url: server.url, key }),
  });
  @Module({ imports: [fanfare], providers: [Invoices] })
  class Root {}
  await publishFrom(Root);
});

@Module({ providers: [Invoices] })
class InvoicesModule {}

test('isGlobal gives it to modules that do not import it', async () => {
  const fanfare = FanfareModule.forRoot({ url: server.url, key: 'from-settings', isGlobal: true });
  @Module({ imports: [fanfare, InvoicesModule] })
  class Root {}
  await publishFrom(Root);
});

test('control: without isGlobal those modules do not get it', async () => {
  const fanfare = FanfareModule.forRoot({ url: server.url, key: 'from-settings' });
  @Module({ imports: [fanfare, InvoicesModule] })
  class Root {}
  await expect(NestFactory.createApplicationContext(Root, { logger: false, abortOnError: false })).rejects.toThrow(
    /Fanfare/,
  );
});

test('wrong options stop the application, and are named', async () => {
  const fanfare = FanfareModule.forRoot({ url: 'nowhere', key: 'k' });
  await expect(NestFactory.createApplicationContext(fanfare, { logger: false, abortOnError: false })).rejects.toThrow(
    '`url`',
  );
});
