export { type Gateway, type GatewayParts, startGateway } from './gateway.ts';
export {
  type GatewayLimits,
  type GatewayOptions,
  gatewayLimits,
  type SlowPolicy,
  slowPolicies,
} from './options.ts';
