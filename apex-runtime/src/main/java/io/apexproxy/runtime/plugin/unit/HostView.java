package io.apexproxy.runtime.plugin.unit;

import io.apexproxy.api.Provider;
import org.slf4j.Logger;

/**
 * What a plugin on a class path sees beyond its own jars: the JDK, and of Apex the API and slf4j. Being the parent of
 * the plugin's loader, it also wins over copies that the plugin brings along.
 */
public final class HostView extends ClassLoader {

    private static final String API = Provider.class.getPackageName();
    private static final String LOGGING = Logger.class.getPackageName();

    /** Creates the view of the JDK and of the loaders that have the API and slf4j. */
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
