package io.apexproxy.runtime.plugin.unit;

import io.apexproxy.api.Provider;
import org.slf4j.Logger;

/**
 * The parent class loader of a plugin on a class path, which shows the JDK, the API and slf4j. As the parent, it takes
 * precedence over copies of these packages in the jars of the plugin.
 */
public final class HostView extends ClassLoader {

    private static final String API = Provider.class.getPackageName();
    private static final String LOGGING = Logger.class.getPackageName();

    /** Creates a class loader that delegates to the platform class loader and to the loaders of the API and slf4j. */
    public HostView() {
        super("apex-api", getPlatformClassLoader());
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        if (name.startsWith(API + ".")) {
            return Class.forName(name, false, Provider.class.getClassLoader());
        }
        if (name.startsWith(LOGGING + ".")) {
            return Class.forName(name, false, Logger.class.getClassLoader());
        }
        throw new ClassNotFoundException(name);
    }
}
