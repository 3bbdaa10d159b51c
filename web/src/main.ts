// Starts the application. Holds nothing else.
import { mount } from 'svelte';
import './theme/tokens.css';
import './theme/base.css';
import './theme/controls.css';
import './theme/theme.svelte';
import App from './App.svelte';

const target = document.getElementById('app');
if (target) mount(App, { target });
