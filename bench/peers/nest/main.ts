/**
 * NestJS on Fastify, as its guide writes it: JwtModule, a guard, a Zod pipe. Node does not run decorators, so the benchmark compiles
 * this file with esbuild, which writes no metadata: what is injected is named.
 */
import 'reflect-metadata'
import {
  Body,
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  Inject,
  Injectable,
  Module,
  Param,
  ParseIntPipe,
  type PipeTransform,
  Post,
  Query,
  Req,
  UnauthorizedException,
  UnprocessableEntityException,
  UseGuards,
} from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { JwtModule, JwtService } from '@nestjs/jwt'
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify'
import type { z } from 'zod'
import { NewOrder, PORT, publicOrder, publicUser, SECRET, storeOrder, type User, users } from '../contract.ts'

interface Authenticated {
  readonly headers: Readonly<Record<string, string | undefined>>
  user?: User
}

@Injectable()
class AuthGuard implements CanActivate {
  @Inject(JwtService) private readonly tokens!: JwtService

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Authenticated>()
    const [type, token] = request.headers.authorization?.split(' ') ?? []
    if (type !== 'Bearer' || !token) throw new UnauthorizedException()
    let sub: string
    try {
      sub = (await this.tokens.verifyAsync<{ sub: string }>(token, { algorithms: ['HS256'] })).sub
    } catch {
      throw new UnauthorizedException()
    }
    const user = users.get(sub)
    if (!user) throw new UnauthorizedException()
    request.user = user
    return true
  }
}

class ZodPipe implements PipeTransform {
  readonly #schema: z.ZodType

  constructor(schema: z.ZodType) {
    this.#schema = schema
  }

  transform(value: unknown): unknown {
    const { success, data } = this.#schema.safeParse(value)
    if (!success) throw new UnprocessableEntityException()
    return data
  }
}

@Controller()
class BenchController {
  @Get('users/me')
  @UseGuards(AuthGuard)
  me(@Req() request: Authenticated): unknown {
    return publicUser(request.user as User)
  }

  @Get('items/:id')
  item(@Param('id', ParseIntPipe) id: number, @Query('q') q?: string): unknown {
    return { id, q: q ?? null }
  }

  @Post('orders')
  order(@Body(new ZodPipe(NewOrder)) order: z.infer<typeof NewOrder>): unknown {
    return publicOrder(storeOrder(order))
  }
}

@Module({
  imports: [JwtModule.register({ secret: SECRET })],
  controllers: [BenchController],
  providers: [AuthGuard],
})
class BenchModule {}

const app = await NestFactory.create<NestFastifyApplication>(BenchModule, new FastifyAdapter(), { logger: false })
await app.listen(PORT, '127.0.0.1')
