import { ModulesContainer, MetadataScanner } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { RouteHandlerMethod } from 'fastify';
import { compileRoute, type RouteParts } from './compile.js';
import { isRoute, type Act } from './declaration.js';

/** Names a method in its own metadata, which Nest copies to the function that it registers for the method's route. */
const METHOD = 'almoner:method';

/**
 * Nest finds the controllers and their paths; what answers is compiled from their decorators. A controller's route that was
 * not compiled is refused: Nest's own function for it would let everybody in.
 */
export class RouteAdapter extends FastifyAdapter {
  private readonly compiled = new Map<Act, RouteHandlerMethod>();

  /** Compiles the routes of all controllers; call before the app is initialised. @throws Error for what is not supported */
  compile(app: NestFastifyApplication, parts: RouteParts): void {
    const scanner = new MetadataScanner();
    for (const module of app.get(ModulesContainer).values())
      for (const { instance } of module.controllers.values()) {
        const controller = instance as Record<string, Act>;
        for (const name of scanner.getAllMethodNames(Object.getPrototypeOf(controller) as object)) {
          const method = controller[name] as Act;
          if (!isRoute(method)) continue;
          if (this.compiled.has(method)) throw new Error(`${method.name} is a route of two controllers`);
          Reflect.defineMetadata(METHOD, method, method);
          this.compiled.set(method, compileRoute(controller, method, parts));
        }
      }
  }

  override get(...args: unknown[]): ReturnType<FastifyAdapter['get']> {
    return super.get(...this.withCompiled(args));
  }

  override post(...args: unknown[]): ReturnType<FastifyAdapter['post']> {
    return super.post(...this.withCompiled(args));
  }

  private withCompiled(args: unknown[]): unknown[] {
    const handler = args.at(-1);
    if (typeof handler !== 'function' || !isRoute(handler)) return args;
    const compiled = this.compiled.get(Reflect.getMetadata(METHOD, handler) as Act);
    if (compiled === undefined) throw new Error(`${handler.name} is not compiled: configureApp comes before init`);
    return [...args.slice(0, -1), compiled];
  }
}
