/*
 * A page of another server tries what a page can try against Reverie in the same browser. Each try says what it got, '' for
 * nothing. Plain JavaScript, because the other server gives it to the browser as it is.
 */

const json = { 'Content-Type': 'application/json' }
const soon = ms => new Promise(done => setTimeout(done, ms))
const answered = make => new Promise(done => make(done))
const element = (tag, fields) => Object.assign(document.createElement(tag), fields)

/** What a fetch may show to the page. */
async function asked(address, init) {
  const response = await fetch(address, init)
  return response.type === 'opaque' || response.type === 'opaqueredirect' ? '' : await response.text()
}

/** Whether the browser takes something of Reverie's as this kind of thing. */
function loaded(tag, fields) {
  return answered(done => {
    const one = element(tag, fields)
    one.onload = one.onloadeddata = () => done(`${tag} loaded`)
    one.onerror = () => done('')
    document.body.append(one)
    setTimeout(() => done(''), 3000)
  })
}

async function framed(tag, field, address) {
  const frame = element(tag, { [field]: address })
  document.body.append(frame)
  await soon(500)
  // Throws where it is another origin; where it was refused there is nothing.
  return frame.contentDocument?.body.innerText.includes('Reverie') === true ? 'framed' : ''
}

async function submitted(action, enctype) {
  const frame = element('iframe', { name: enctype })
  const form = element('form', { method: 'post', action, target: enctype, enctype })
  form.append(element('input', { name: '{"packId":null,"a":"', value: '"}' }))
  document.body.append(frame, form)
  form.submit()
  await soon(500)
  return frame.contentDocument?.body.innerText ?? ''
}

async function opened(address, look) {
  const other = open(address)
  await soon(1500)
  other?.postMessage({ method: 'library' }, '*')
  return other?.closed === false ? look(other) : ''
}

/** @returns by the name of each try what it got */
globalThis.tryAll = async ({ origin, media, authorization, ticket }) => {
  const call = `${origin}/call/library`
  const post = { method: 'POST', body: '{}' }
  const tries = {
    ...Object.fromEntries(
      ['cors', 'no-cors', 'same-origin'].flatMap(mode =>
        ['include', 'omit'].flatMap(credentials => [
          [`page ${mode} ${credentials}`, () => asked(`${origin}/`, { mode, credentials })],
          [`call ${mode} ${credentials}`, () => asked(call, { ...post, mode, credentials })]
        ])
      )
    ),
    'call as JSON': () => asked(call, { ...post, headers: json }),
    // Even with a key that it cannot have.
    'call with the key': () => asked(call, { ...post, headers: { ...json, Authorization: authorization } }),
    'events with the key': () => asked(`${origin}/events`, { headers: { Authorization: authorization } }),
    picture: () => loaded('img', { src: origin + media }),
    'picture without a referrer': () => loaded('img', { referrerPolicy: 'no-referrer', src: origin + media }),
    'picture across origins': () => loaded('img', { crossOrigin: 'use-credentials', src: origin + media }),
    'the proof': () => asked(`${origin}/admission/hello`, { ...post, headers: json }),
    'a ticket': () => asked(`${origin}/admission/ticket`, { ...post, body: JSON.stringify({ ticket }), headers: json }),
    'a ticket as text': () => asked(`${origin}/admission/ticket`, { ...post, mode: 'no-cors' }),
    'the page as a picture': () => loaded('img', { src: `${origin}/` }),
    'the page as a script': () => loaded('script', { src: `${origin}/index.html` }),
    'a call as a script': () => loaded('script', { src: call }),
    'the page as a module': () => loaded('script', { type: 'module', src: `${origin}/` }),
    'the page by import': async () => Object.keys(await import(`${origin}/index.html`)).join(),
    'the page as a style': () => loaded('link', { rel: 'stylesheet', href: `${origin}/` }),
    'a picture as a video': () => loaded('video', { src: origin + media }),
    'events as sound': () => loaded('audio', { src: `${origin}/events` }),
    iframe: () => framed('iframe', 'src', `${origin}/`),
    embed: () => framed('embed', 'src', `${origin}/`),
    object: () => framed('object', 'data', `${origin}/`),
    'a form as text': () => submitted(`${origin}/call/activateModel`, 'text/plain'),
    'a form': () => submitted(`${origin}/call/activateModel`, 'application/x-www-form-urlencoded'),
    'a form with parts': () => submitted(`${origin}/call/activateModel`, 'multipart/form-data'),
    // That it was sent is no success; what became of it is looked at afterwards.
    beacon: () => Promise.resolve(navigator.sendBeacon(call, '{}') ? '' : ''),
    'a web socket': () =>
      answered(done => {
        const socket = new WebSocket(`${origin.replace('http', 'ws')}/events`)
        socket.onopen = () => done('open')
        socket.onerror = () => done('')
      }),
    'an event source': () =>
      answered(done => {
        const source = new EventSource(`${origin}/events`, { withCredentials: true })
        source.onopen = () => done('open')
        source.onerror = () => {
          source.close()
          done('')
        }
      }),
    XMLHttpRequest: () =>
      answered(done => {
        const request = new XMLHttpRequest()
        request.open('POST', call)
        request.onload = () => done(request.responseText)
        request.onerror = () => done('')
        request.send('{}')
      }),
    'a worker': () =>
      answered(done => {
        new Worker(`${origin}/index.html`)
        done('started')
      }),
    'a service worker': async () => String(await navigator.serviceWorker.register(`${origin}/index.html`)),
    cookies: () =>
      Promise.resolve(
        document.cookie
          .split('; ')
          .filter(pair => !/^(reverie-\d+|Authorization)=/.test(pair))
          .join()
      ),
    'local storage': () => Promise.resolve(Object.keys(localStorage).join()),
    'session storage': () => Promise.resolve(Object.keys(sessionStorage).join()),
    databases: async () => (await indexedDB.databases()).map(({ name }) => name).join(),
    caches: async () => (await caches.keys()).join(),
    opener: () => Promise.resolve(opener === null ? '' : 'opener'),
    'a window': () => opened(`${origin}/`, other => other.document.body.innerText),
    'a window with a ticket': () =>
      opened(`${origin}/#ticket=${ticket}`, other => Object.keys(other.sessionStorage).join()),
    'a window of a call': () => opened(call, other => other.document.body.innerText),
    'a channel': () =>
      answered(done => {
        const channel = new BroadcastChannel('reverie')
        channel.onmessage = () => done('message')
        channel.postMessage({ method: 'library' })
        setTimeout(() => done(''), 500)
      }),
    'messages to all frames': () =>
      answered(done => {
        addEventListener('message', () => done('message'))
        for (let i = 0; i < frames.length; i++) frames[i].postMessage({ method: 'library' }, '*')
        setTimeout(() => done(''), 500)
      })
  }
  const got = {}
  for (const [name, attempt] of Object.entries(tries))
    got[name] = await Promise.resolve()
      .then(attempt)
      .catch(() => '')
  return got
}
