import bootstrap from './bootstrap';
import { parseConfig } from './config';
import contentTypes from './content-types';
import controllers from './controllers';
import destroy from './destroy';
import middlewares from './middlewares';
import policies from './policies';
import register from './register';
import { withBuiltinRoutes } from './routes/with-builtin';
import services from './services';

export { run as runCli } from './cli';
export { extension } from './extension';

/** The parts of this plugin, in Strapi's layout. */
export default {
  config: { default: {}, validator: (config: unknown) => void parseConfig(config) },
  register,
  bootstrap,
  destroy,
  contentTypes,
  routes: withBuiltinRoutes({}, () => {}),
  controllers,
  middlewares,
  policies,
  services,
};
