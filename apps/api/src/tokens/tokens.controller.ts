import { type TokenAnswer, tokenRequest, type TokenRequest } from '@fanfare/contracts';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { tokenAnswer } from '../openapi/answers.js';
import { Endpoint } from '../openapi/endpoint.js';
import { TokenIssuer } from './token-issuer.js';

@ApiTags('tokens')
@Controller('v1/tokens')
export class TokensController {
  constructor(private readonly tokens: TokenIssuer) {}

  @Endpoint({
    summary: 'Make a token for a user',
    description:
      "A user's device connects with it to `url`, which is the gateway's WebSocket address, path included. " +
      'It holds for an hour, or `ttlSeconds`; with `device` for that device only.',
    example: { body: { user: 'alice', device: 'phone', ttlSeconds: 3600 } },
    answers: { 200: ['The token', tokenAnswer] },
    codes: ['invalid'],
  })
  @Post()
  @HttpCode(200)
  issue(@Body({ schema: tokenRequest }) body: TokenRequest): Promise<TokenAnswer> {
    return this.tokens.issue(body);
  }
}
