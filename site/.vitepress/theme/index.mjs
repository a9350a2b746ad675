import DefaultTheme from 'vitepress/theme-without-fonts';
import { defineAsyncComponent } from 'vue';
import './style.css';

export default {
  extends: DefaultTheme,
  enhanceApp({ app }) {
    // Only the page that shows it loads it.
    app.component(
      'StreamPlayground',
      defineAsyncComponent(() => import('../../playground/StreamPlayground.vue')),
    );
  },
};
