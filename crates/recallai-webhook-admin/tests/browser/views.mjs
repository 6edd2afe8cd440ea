// One address for each view, found by the API.

export async function views(base, recording) {
  const get = async (path) => (await (await fetch(`${base}api/v1/${path}`)).json()).items;
  const [{ scope, bots }] = await get(`recordings?id=${recording}`);
  const [{ seq }] = await get('messages?name=recording.done');
  return [
    ['live', '#/live'],
    ['recordings', '#/recordings'],
    ['recording', `#/recordings/${scope}/${recording}`],
    ['bots', '#/bots'],
    ['bot', `#/bots/${scope}/${bots[0]}`],
    ['messages', '#/messages'],
    ['message', `#/messages/${seq}`],
    ['dead-letters', '#/dead-letters'],
    ['health', '#/health'],
  ];
}
