package io.apexproxy.runtime.relay.tunnel;

import java.nio.channels.CompletionHandler;

/**
 * The completion handlers of all pumps. The pump is the attachment: a handler of its own would cost memory.
 *
 * <p>They keep exceptions from the loop, where those would leave the session open without a pending operation. Each has
 * a {@code completed} of its own, so that the compiler can inline what it calls; a common one would call it indirectly.
 */
final class PumpHandlers {

    static final CompletionHandler<Integer, Pump> READABLE = new Handler() {
        @Override
        public void completed(Integer nothing, Pump pump) {
            try {
                pump.readable();
            } catch (Throwable e) {
                pump.defect(e);
            }
        }

        @Override
        void broken(Throwable cause, Pump pump) {
            pump.readFailed(cause);
        }
    };

    static final CompletionHandler<Integer, Pump> READ = new Handler() {
        @Override
        public void completed(Integer count, Pump pump) {
            try {
                pump.received(count);
            } catch (Throwable e) {
                pump.defect(e);
            }
        }

        @Override
        void broken(Throwable cause, Pump pump) {
            pump.readFailed(cause);
        }
    };

    static final CompletionHandler<Integer, Pump> WRITE = new Handler() {
        @Override
        public void completed(Integer count, Pump pump) {
            try {
                pump.written(count);
            } catch (Throwable e) {
                pump.defect(e);
            }
        }

        @Override
        void broken(Throwable cause, Pump pump) {
            pump.writeFailed(cause);
        }
    };

    static final CompletionHandler<Integer, Pump> FINISH = new Handler() {
        @Override
        public void completed(Integer count, Pump pump) {
            // half-closed; the pump has nothing more to do
        }

        @Override
        void broken(Throwable cause, Pump pump) {
            pump.debug("half-close", cause); // the other pump will meet the same
        }
    };

    private PumpHandlers() {
    }

    /** Guards the failures. */
    private abstract static class Handler implements CompletionHandler<Integer, Pump> {

        abstract void broken(Throwable cause, Pump pump);

        @Override
        public final void failed(Throwable cause, Pump pump) {
            try {
                broken(cause, pump);
            } catch (Throwable e) {
                pump.defect(e);
            }
        }
    }
}
