package io.apexproxy.runtime.cli.process;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/**
 * Handlers for signals of the operating system, through {@code sun.misc.Signal} of the module {@code jdk.unsupported}.
 *
 * <p>Java has no other way to distinguish SIGHUP from SIGTERM, or to exit with 0 after SIGTERM. The class is called by
 * reflection for two reasons. Its use causes a javac warning that cannot be suppressed. It can be missing: a trimmed
 * JDK lacks the module, Windows lacks SIGHUP, and {@code -Xrs} disables all handlers.
 */
public final class Signals {

    private Signals() {
    }

    /**
     * Installs a handler for a signal.
     *
     * @param name the name without the prefix SIG
     * @param action called for each signal on a separate thread, also concurrently
     * @return whether the handler was installed; if not, the JVM keeps its default action
     */
    public static boolean handle(String name, Runnable action) {
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
            if (e.getCause() instanceof IllegalArgumentException) { // unknown signal, or reserved by the JVM
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
