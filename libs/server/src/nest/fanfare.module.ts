/** `Fanfare` for injection: `constructor(private readonly fanfare: Fanfare)`. Nothing has to be closed with the application. */
import { type DynamicModule, type FactoryProvider, Module, type ModuleMetadata } from '@nestjs/common';
import { Fanfare } from '../fanfare.js';
import type { FanfareOptions } from '../options.js';

export interface FanfareModuleOptions extends FanfareOptions {
  /** Injected everywhere without importing the module again; false by default. */
  readonly isGlobal?: boolean;
}

export interface FanfareModuleAsyncOptions {
  readonly isGlobal?: boolean;
  readonly imports?: ModuleMetadata['imports'];
  readonly inject?: FactoryProvider['inject'];
  readonly useFactory: FactoryProvider<FanfareOptions>['useFactory'];
}

@Module({})
export class FanfareModule {
  static forRoot({ isGlobal = false, ...options }: FanfareModuleOptions): DynamicModule {
    return {
      module: FanfareModule,
      global: isGlobal,
      providers: [{ provide: Fanfare, useFactory: () => new Fanfare(options) }],
      exports: [Fanfare],
    };
  }

  static forRootAsync({ isGlobal = false, imports, inject, useFactory }: FanfareModuleAsyncOptions): DynamicModule {
    const make = async (...injected: unknown[]): Promise<Fanfare> => new Fanfare(await useFactory(...injected));
    return {
      module: FanfareModule,
      global: isGlobal,
      ...(imports ? { imports } : {}),
      providers: [{ provide: Fanfare, useFactory: make, ...(inject ? { inject } : {}) }],
      exports: [Fanfare],
    };
  }
}
