/**
 * What every service has: settings, Redis, health, metrics, loops, problem documents for errors and schemas for
 * parameters. A service's own module imports it; what it provides is then there for everything in that service.
 */
import {
  type DynamicModule,
  type FactoryProvider,
  Global,
  Module,
  type ModuleMetadata,
  type Provider,
} from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import { HealthController } from '../health/health.controller.js';
import { Readiness } from '../health/readiness.js';
import { ProblemFilter } from '../http/problem.filter.js';
import { Metrics } from '../metrics/metrics.js';
import { MetricsController } from '../metrics/metrics.controller.js';
import { RedisModule } from '../redis/redis.module.js';
import type { Settings } from '../settings/table.js';
import { SERVICE_NAME, SETTINGS } from '../settings/tokens.js';
import { Loops } from '../supervision/loops.js';
import { SchemaPipe } from '../validation/schema.pipe.js';

/** Settings that are known only later, as with any `forRootAsync` of Nest. */
export interface AsyncSettings<S extends Settings = Settings> {
  readonly imports?: NonNullable<ModuleMetadata['imports']>;
  readonly inject?: NonNullable<FactoryProvider['inject']>;
  readonly useFactory: FactoryProvider<S>['useFactory'];
}

@Global()
@Module({})
export class ServiceModule {
  /** @param name of the service, in logs, metrics and the client list of Redis */
  static forRoot(name: string, settings: Settings): DynamicModule {
    return serviceModule(name, { provide: SETTINGS, useValue: settings });
  }

  static forRootAsync(name: string, settings: AsyncSettings): DynamicModule {
    const { imports, inject = [], useFactory } = settings;
    return serviceModule(name, { provide: SETTINGS, inject, useFactory }, imports);
  }
}

function serviceModule(name: string, settings: Provider, imports: ModuleMetadata['imports'] = []): DynamicModule {
  return {
    module: ServiceModule,
    imports: [RedisModule, ...imports],
    controllers: [HealthController, MetricsController],
    providers: [
      settings,
      { provide: SERVICE_NAME, useValue: name },
      { provide: Metrics, useFactory: () => new Metrics(name) },
      { provide: Readiness, useFactory: () => new Readiness() },
      Loops,
      { provide: APP_FILTER, useClass: ProblemFilter },
      { provide: APP_PIPE, useClass: SchemaPipe },
    ],
    exports: [SETTINGS, SERVICE_NAME, Metrics, Readiness, Loops],
  };
}
