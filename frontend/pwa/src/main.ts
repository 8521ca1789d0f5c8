import '@look/css/tokens.css'
import '@look/css/fonts.css'
import '@look/css/base.css'
import '@look/css/controls.css'
import '@look/css/parts.css'
import '@look/css/charts.css'
import './app.css'
import { mount } from 'svelte'
import App from './App.svelte'
import { start } from './lib/app.svelte'
import { applyTheme } from './lib/theme'
import { startWorker } from './lib/worker'
import { register, useLocale } from './words'
import core from './words/en/core'

register(core)
useLocale(new URLSearchParams(location.search).get('locale'))
applyTheme()
mount(App, { target: document.getElementById('app')! })
void start()
void startWorker()
