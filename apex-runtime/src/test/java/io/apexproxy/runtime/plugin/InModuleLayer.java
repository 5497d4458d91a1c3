package io.apexproxy.runtime.plugin;

import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/**
 * Runs test methods against the runtime as a named module, as in the distribution, while the tests are on the class
 * path.
 *
 * <p>The API, slf4j, logback, the runtime and one plugin that is {@linkplain PluginJar#BUILT_IN built in} are modules
 * of a layer made from what is on the class path. The test class is loaded once more beside it, so that its references
 * lead to the types of the layer, and the twin's method is called instead of the original one. Only arguments pass
 * between the two: they, and what the test throws, must be types of the JDK, JUnit or AssertJ. Public types of the
 * runtime only, as the twin is in another module.
 */
final class InModuleLayer implements InvocationInterceptor {

    private static final String RUNTIME = "io.apexproxy.runtime";

    @Override
    public void interceptTestMethod(
            Invocation<Void> original, ReflectiveInvocationContext<Method> call, ExtensionContext context)
            throws Throwable {
        original.skip();
        Class<?> test = context.getRoot().getStore(ExtensionContext.Namespace.GLOBAL)
                .computeIfAbsent(ClassLoader.class, key -> besideTheLayer(), ClassLoader.class)
                .loadClass(call.getTargetClass().getName());
        Method twin = test.getDeclaredMethod(call.getExecutable().getName(), call.getExecutable().getParameterTypes());
        var constructor = test.getDeclaredConstructor();
        constructor.setAccessible(true);
        twin.setAccessible(true);
        try {
            twin.invoke(constructor.newInstance(), call.getArguments().toArray());
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static ClassLoader besideTheLayer() {
        ModuleLayer.Controller layer = layer();
        Module runtime = layer.layer().findModule(RUNTIME).orElseThrow();
        ClassLoader tests = InModuleLayer.class.getClassLoader();
        ClassLoader libraries = new ClassLoader(runtime.getClassLoader()) {
            @Override
            protected Class<?> findClass(String name) throws ClassNotFoundException {
                if (name.startsWith("io.apexproxy.")) {
                    throw new ClassNotFoundException(name);
                }
                return tests.loadClass(name);
            }
        };
        URL[] location = {InModuleLayer.class.getProtectionDomain().getCodeSource().getLocation()};
        ClassLoader twins = new URLClassLoader(location, libraries);
        runtime.getPackages().forEach(name -> layer.addExports(runtime, name, twins.getUnnamedModule()));
        return twins;
    }

    private static ModuleLayer.Controller layer() {
        Path[] classPath = ModulePath.ofTests().toArray(Path[]::new);
        ModuleFinder finder = ModuleFinder.compose(ModuleFinder.of(classPath), ModuleFinder.of(PluginJar.builtIn()));
        Set<String> roots = Set.of(RUNTIME, PluginJar.BUILT_IN, "ch.qos.logback.classic");
        ModuleLayer boot = ModuleLayer.boot();
        return ModuleLayer.defineModulesWithOneLoader(
                Configuration.resolve(finder, List.of(boot.configuration()), ModuleFinder.of(), roots),
                List.of(boot), ClassLoader.getPlatformClassLoader());
    }
}
