import { Outlet } from '../../../core/gateway/sockets/outlet.ts';

/** From now on gateways of this process send all but one in so many of their frames. Call what it returns to mend them. */
export function dropOneFrameIn(times: number): () => void {
  const { offer } = Outlet.prototype;
  let offered = 0;
  Outlet.prototype.offer = function (frame, count) {
    offered++;
    return offered % times === 0 ? undefined : offer.call(this, frame, count);
  };
  return () => {
    Outlet.prototype.offer = offer;
  };
}
