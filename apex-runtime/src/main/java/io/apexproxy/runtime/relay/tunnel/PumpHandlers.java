package io.apexproxy.runtime.relay.tunnel;

import java.nio.channels.CompletionHandler;

/** The completion handlers of all pumps. The pump is the attachment: a handler of its own would cost memory. */
final class PumpHandlers {

    static final CompletionHandler<Integer, Pump> READABLE = new Handler() {
        @Override
        void done(int count, Pump pump) {
            pump.readable();
        }

        @Override
        void broken(Throwable cause, Pump pump) {
            pump.readFailed(cause);
        }
    };

    static final CompletionHandler<Integer, Pump> READ = new Handler() {
        @Override
        void done(int count, Pump pump) {
            pump.received(count);
        }

        @Override
        void broken(Throwable cause, Pump pump) {
            pump.readFailed(cause);
        }
    };

    static final CompletionHandler<Integer, Pump> WRITE = new Handler() {
        @Override
        void done(int count, Pump pump) {
            pump.written(count);
        }

        @Override
        void broken(Throwable cause, Pump pump) {
            pump.writeFailed(cause);
        }
    };

    static final CompletionHandler<Integer, Pump> FINISH = new Handler() {
        @Override
        void done(int count, Pump pump) {
            // half-closed; the pump has nothing more to do
        }

        @Override
        void broken(Throwable cause, Pump pump) {
            pump.debug("half-close", cause); // the other pump will meet the same
        }
    };

    private PumpHandlers() {
    }

    /** Keeps exceptions from the loop, where they would leave the session open without a pending operation. */
    private abstract static class Handler implements CompletionHandler<Integer, Pump> {

        abstract void done(int count, Pump pump);

        abstract void broken(Throwable cause, Pump pump);

        @Override
        public final void completed(Integer count, Pump pump) {
            try {
                done(count, pump);
            } catch (Throwable e) {
                pump.defect(e);
            }
        }

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
