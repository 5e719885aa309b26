import { usersQuery, type UsersQuery } from '@fanfare/contracts';
import { type UserPage, UserSearch } from '@fanfare/roster';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { userPageAnswer } from '../openapi/answers.js';
import { Endpoint } from '../openapi/endpoint.js';

@ApiTags('users')
@Controller('v1/users')
export class UserSearchController {
  constructor(private readonly search: UserSearch) {}

  @Endpoint({
    summary: 'Users that are known',
    description:
      'Those whose id begins with `prefix`, or all, in no order to rely on. A page may be short although more follow: go ' +
      'on while there is a cursor. Who connects between two pages may come twice.',
    example: { query: { prefix: 'al', limit: '10' } },
    answers: { 200: ['A page of users', userPageAnswer] },
    codes: ['invalid'],
  })
  @Get()
  page(@Query({ schema: usersQuery }) query: UsersQuery): Promise<UserPage> {
    return this.search.page(query);
  }
}
