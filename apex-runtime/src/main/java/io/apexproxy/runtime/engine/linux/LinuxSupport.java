package io.apexproxy.runtime.engine.linux;

import java.lang.reflect.InvocationTargetException;
import java.util.Optional;
import java.util.function.Supplier;

/** What the engines for Linux have in common: whether this process can use native calls, and the calls. */
public final class LinuxSupport {

    /** The first version of Java with the final {@code java.lang.foreign}, JEP 454. */
    private static final int OLDEST_JAVA = 22;
    /** If true, each call checks that its descriptors are open and belong to the engine. */
    private static final boolean CHECKED = Boolean.getBoolean("apex.engine.checked");

    private LinuxSupport() {
    }

    /** Returns a supplier of the system calls of a thread. {@link #unavailability} must be empty. */
    public static Supplier<SystemCalls> calls() {
        return CHECKED ? CheckedCalls.supplier() : SystemCalls::new;
    }

    /** Returns why this process cannot use native calls; empty if it can. */
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
                    + Optional.ofNullable(LinuxSupport.class.getModule().getName()).orElse("ALL-UNNAMED"));
        }
        return Optional.empty();
    }

    private static boolean isNativeAccessEnabled() {
        try { // a method of Java 22 and newer
            return (boolean) Module.class.getMethod("isNativeAccessEnabled").invoke(LinuxSupport.class.getModule());
        } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
            return false;
        }
    }
}
