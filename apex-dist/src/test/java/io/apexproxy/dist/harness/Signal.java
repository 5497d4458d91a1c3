package io.apexproxy.dist.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Unix signals, which Java can only receive. */
public final class Signal {

    private Signal() {
    }

    /** Sends a signal, as {@code TERM}, to a process that is there. */
    public static void send(String name, long pid) {
        try {
            // the shell's own kill, as the program is not on every machine
            Process kill = new ProcessBuilder("sh", "-c", "kill -$0 $1", name, Long.toString(pid)).start();
            assertThat(kill.waitFor()).as("exit status of kill").isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
