// Six things to see, each a few clicks. A click here does what the switches and the form below do, and counts the same.
import type { Stage } from '../stage/stage.js';
import type { Message } from '../stage/message.js';

export interface Action {
  readonly name: string;
  /** Of `Stage.done`. */
  readonly id: string;
  readonly run: (stage: Stage) => Promise<void> | void;
}

export interface Step {
  readonly title: string;
  readonly why: string;
  readonly look: string;
  readonly actions: readonly Action[];
}

const send = (stage: Stage, audience: Message['audience'], text: string, count = 1) =>
  stage.send({ audience, text, count, priority: 'normal' });

const turnAlice = async (stage: Stage, on: boolean) => {
  await Promise.all([stage.turn(stage.device('alice', 'phone'), on), stage.turn(stage.device('alice', 'laptop'), on)]);
};

export const steps: readonly Step[] = [
  {
    title: 'One call, every device',
    why: 'A backend calls one endpoint. Fanfare stores the message and pushes it to each device of the user.',
    look: 'Both of Bob’s devices show it at once, with its place in the timeline, and their bells count one.',
    actions: [
      {
        name: 'Send to Bob',
        id: 'send:user',
        run: (stage) => send(stage, { kind: 'user', user: 'bob' }, 'Welcome, Bob'),
      },
    ],
  },
  {
    title: 'Nothing is missed',
    why: 'A device remembers how far it has come. What it missed is in the timeline, and is sent when it is back.',
    look: 'Bob’s laptop gets the four at once. The phone says “Caught up on 4 missed” when it is on again.',
    actions: [
      { name: 'Phone off', id: 'off:bob:phone', run: (stage) => stage.turn(stage.device('bob', 'phone'), false) },
      { name: 'Send four', id: 'send:user:4', run: (stage) => sendFour(stage) },
      { name: 'Phone on', id: 'on:bob:phone', run: (stage) => stage.turn(stage.device('bob', 'phone'), true) },
    ],
  },
  {
    title: 'Read once',
    why: 'Reading moves a cursor of the user, not of the device, so the other devices are told.',
    look: 'Bob reads on the laptop, and the badge of his phone goes away.',
    actions: [
      { name: 'Read all on the laptop', id: 'readAll:bob:laptop', run: (stage) => stage.readAll('bob', 'laptop') },
    ],
  },
  {
    title: 'Groups',
    why: 'A message to a group is written once, for ten members or a million. The server keeps who is in it.',
    look: 'Alice and Carol get it in the timeline group:team. Bob gets nothing until you tick his box.',
    actions: [
      { name: 'Make “team”', id: 'team', run: (stage) => makeTeam(stage) },
      {
        name: 'Send to it',
        id: 'send:group',
        run: (stage) => send(stage, { kind: 'group', group: 'team' }, 'Stand-up'),
      },
    ],
  },
  {
    title: 'The slow harm themselves',
    why: 'A handler that takes a second for each message delays its own device. The others are not held up.',
    look: 'Carol’s phone counts down from ten; every other device has all of them already.',
    actions: [
      {
        name: 'Slow phone',
        id: 'slow:carol:phone',
        run: (stage) => stage.setSlow(stage.device('carol', 'phone'), true),
      },
      { name: 'Send ten to all', id: 'send:all:10', run: (stage) => sendTen(stage) },
      {
        name: 'Quick again',
        id: 'quick:carol:phone',
        run: (stage) => stage.setSlow(stage.device('carol', 'phone'), false),
      },
    ],
  },
  {
    title: 'Online, or everyone',
    why: '“Online” reaches sessions that are open now and keeps nothing. “All” is for everyone who is known.',
    look: 'Back again, Alice gets the second one only. Her presence turns offline 10 s after her last session.',
    actions: [
      { name: 'Alice off', id: 'off:alice:laptop', run: (stage) => turnAlice(stage, false) },
      { name: 'To online', id: 'send:online', run: (stage) => send(stage, { kind: 'online' }, 'For who is here') },
      { name: 'To all', id: 'send:all', run: (stage) => send(stage, { kind: 'all' }, 'For everyone') },
      { name: 'Alice on', id: 'on:alice:laptop', run: (stage) => turnAlice(stage, true) },
    ],
  },
];

async function sendFour(stage: Stage): Promise<void> {
  await send(stage, { kind: 'user', user: 'bob' }, 'While you were away', 4);
  stage.tick('send:user:4');
}

async function sendTen(stage: Stage): Promise<void> {
  await send(stage, { kind: 'all' }, 'News', 10);
  stage.tick('send:all:10');
}

async function makeTeam(stage: Stage): Promise<void> {
  await stage.groups.create('team');
  await stage.groups.setMember('team', 'alice', true);
  await stage.groups.setMember('team', 'carol', true);
  stage.tick('team');
}
