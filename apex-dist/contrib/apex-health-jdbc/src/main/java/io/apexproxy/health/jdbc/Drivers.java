package io.apexproxy.health.jdbc;

import io.apexproxy.api.Settings;
import io.apexproxy.health.probe.Excerpt;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/**
 * The JDBC drivers that a check can use.
 *
 * <p>{@link java.sql.DriverManager} is not used: it knows the drivers of the whole process and hides those of other
 * class loaders.
 *
 * @param found the drivers, in any order
 * @param failures why other drivers cannot be used
 */
record Drivers(List<Driver> found, List<String> failures) {

    private static final String WAY_OUT = "copy the jar of a driver into the directory of this plugin,"
            + " plugins/apex-health-jdbc/, and reload";
    private static final int MAX_FAILURE_LENGTH = 150;

    /** Finds the drivers in the module layer of this plugin, which contains the jars in its directory. */
    static Drivers ofUnit() {
        ModuleLayer layer = Drivers.class.getModule().getLayer();
        return of(layer != null ? ServiceLoader.load(layer, Driver.class)
                : ServiceLoader.load(Driver.class, Drivers.class.getClassLoader())); // a class path, as in tests
    }

    /** Creates the drivers. One that fails does not affect the others. */
    private static Drivers of(ServiceLoader<Driver> services) {
        List<Driver> found = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        Iterator<Driver> each = services.iterator();
        boolean hasMore = true;
        while (hasMore) {
            try {
                hasMore = each.hasNext();
                if (hasMore) {
                    found.add(each.next());
                }
            } catch (ServiceConfigurationError | LinkageError e) { // such as a library that is missing
                failures.add(Excerpt.unquoted(String.valueOf(e.getCause() == null ? e : e.getCause()),
                        MAX_FAILURE_LENGTH));
            }
        }
        return new Drivers(found, failures);
    }

    /** Returns the driver for a URL. Throws with the way out if there is none. */
    Driver accepting(String url, Settings settings) {
        List<String> refusals = new ArrayList<>(failures);
        for (Driver driver : found) {
            try {
                if (driver.acceptsURL(url)) {
                    return driver;
                }
            } catch (SQLException e) { // its message can contain the URL
                refusals.add(driver.getClass().getName() + " rejects it");
            }
        }
        String reasons = refusals.isEmpty() ? "" : " (" + String.join("; ", refusals) + ")";
        if (found.isEmpty()) {
            throw settings.invalid("provider", "there is no JDBC driver" + reasons + "; " + WAY_OUT);
        }
        throw settings.invalid("url", "not a URL of the drivers that are there: "
                + found.stream().map(driver -> driver.getClass().getName()).collect(Collectors.joining(", ")) + reasons
                + "; correct it, or " + WAY_OUT);
    }
}
