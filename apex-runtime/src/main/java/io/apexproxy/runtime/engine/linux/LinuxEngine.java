package io.apexproxy.runtime.engine.linux;

import io.apexproxy.runtime.engine.loop.LoopProvider;
import java.lang.reflect.InvocationTargetException;
import java.util.Optional;
import java.util.function.Supplier;

/** The engine {@code epoll}: loops over epoll instances, with system calls by {@code java.lang.foreign}. */
public final class LinuxEngine {

    /** The name of the engine. */
    public static final String EPOLL = "epoll";

    /** The first version of Java with the final {@code java.lang.foreign}, JEP 454. */
    private static final int OLDEST_JAVA = 22;
    /** If true, each call checks that its descriptors are open and belong to the engine. */
    private static final boolean CHECKED = Boolean.getBoolean("apex.engine.checked");

    private LinuxEngine() {
    }

    /**
     * Returns a provider of loops. {@link #unavailability} must be empty.
     *
     * @param pipesPerLoop the most pipes that a loop opens for splices; 0: no splices
     */
    public static LoopProvider newProvider(int pipesPerLoop) {
        Supplier<SystemCalls> calls = CHECKED ? CheckedCalls.supplier() : SystemCalls::new;
        return new LoopProvider(EPOLL, () -> new EpollTransport(calls, pipesPerLoop), pipesPerLoop);
    }

    /** Returns why this process cannot use the engine; empty if it can. */
    public static Optional<String> unavailability() {
        if (!System.getProperty("os.name").equals("Linux")) {
            return Optional.of("this system is not Linux");
        }
        if (!System.getProperty("os.arch").equals("amd64")) {
            return Optional.of("this processor is not an x86-64");
        }
        int java = Runtime.version().feature();
        if (java < OLDEST_JAVA) {
            return Optional.of("Java " + OLDEST_JAVA + " or newer is needed, this is " + java);
        }
        if (!isNativeAccessEnabled()) {
            return Optional.of("native access is not enabled; the option of java is --enable-native-access="
                    + Optional.ofNullable(LinuxEngine.class.getModule().getName()).orElse("ALL-UNNAMED"));
        }
        return Optional.empty();
    }

    private static boolean isNativeAccessEnabled() {
        try { // a method of Java 22 and newer
            return (boolean) Module.class.getMethod("isNativeAccessEnabled").invoke(LinuxEngine.class.getModule());
        } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
            return false;
        }
    }
}
