package io.apexproxy.runtime.cli;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/**
 * Signals of the operating system, through {@code sun.misc.Signal} of the module {@code jdk.unsupported}.
 *
 * <p>Java has no other way to tell SIGHUP from SIGTERM, or to exit with 0 after one. It is called by reflection because
 * javac warns about each mention of the class in a way that no annotation silences, and because it may be missing: from
 * a trimmed JDK the module, on Windows SIGHUP, under {@code -Xrs} all.
 */
final class Signals {

    private Signals() {
    }

    /**
     * Takes over a signal.
     *
     * @param name without the prefix SIG
     * @param action called for each arrival on a thread of its own, concurrently with earlier ones
     * @return whether the signal could be taken over; if not, what the JVM does on it stays
     */
    static boolean handle(String name, Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            // the interface has one method, and the JDK calls no method of Object on a handler
            Object proxy = Proxy.newProxyInstance(Signals.class.getClassLoader(), new Class<?>[] {handler},
                    (self, method, arguments) -> {
                        action.run();
                        return null;
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
            return true;
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException) { // no such signal here, or it is the JVM's own
                return false;
            }
            throw new IllegalStateException("SIG" + name + " cannot be handled", e.getCause());
        } catch (ClassNotFoundException e) {
            return false;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("SIG" + name + " cannot be handled", e);
        }
    }
}
