import { mount } from 'svelte'
import App from './App.svelte'
import { createClient } from './client.ts'
import { browserHost } from './host.ts'
import './style/tokens.css'
import './style/base.css'
import { desktopBridge } from './transport-port.ts'

const target = document.getElementById('app')
if (target === null) throw new Error('index.html has no place for the page.')
mount(App, { target, props: { engine: createClient(), host: desktopBridge() ?? browserHost } })
