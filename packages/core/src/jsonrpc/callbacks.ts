import type { JSONRPCMessage } from './types.js';
import type { MessageExtraInfo, Transport } from './transport.js';

interface TransportCallbacks {
  onclose(): void;
  onerror(error: Error): void;
  onmessage(message: JSONRPCMessage, extra?: MessageExtraInfo): void;
}

/**
 * Listens to a transport. What its user had put there is called first, and put back by the returned function, so that
 * connecting again does not stack callback on callback.
 */
export function attach(transport: Transport, ours: TransportCallbacks): () => void {
  const { onclose, onerror, onmessage } = transport;
  const set: Pick<Transport, keyof TransportCallbacks> = {
    onclose: () => {
      try {
        onclose?.();
      } finally {
        ours.onclose();
      }
    },
    onerror: error => {
      try {
        onerror?.(error);
      } finally {
        ours.onerror(error);
      }
    },
    onmessage: (message, extra) => {
      try {
        onmessage?.(message, extra);
      } finally {
        ours.onmessage(message, extra);
      }
    }
  };
  Object.assign(transport, set);
  return () => {
    // Unless somebody else took the place meanwhile.
    if (transport.onclose === set.onclose) transport.onclose = onclose;
    if (transport.onerror === set.onerror) transport.onerror = onerror;
    if (transport.onmessage === set.onmessage) transport.onmessage = onmessage;
  };
}
