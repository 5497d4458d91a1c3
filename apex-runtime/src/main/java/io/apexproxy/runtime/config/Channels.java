package io.apexproxy.runtime.config;

/** Whose channels connections go through; said on the command line, as it concerns the whole process. */
public enum Channels {
    /** Our own, over one selector per loop. */
    LOOP,
    /** The JDK's asynchronous channels: neither Unix-domain sockets, nor resets that are passed on. */
    JDK;

    /** Ours, unless {@code -Dapex.channels=jdk} asks for the JDK's. */
    public static Channels chosen() {
        return System.getProperty("apex.channels", "loop").equals("jdk") ? JDK : LOOP;
    }
}
