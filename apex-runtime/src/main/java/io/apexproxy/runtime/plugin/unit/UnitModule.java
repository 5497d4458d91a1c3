package io.apexproxy.runtime.plugin.unit;

import java.io.IOException;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;

/** A module of a unit that adds its open readers to the files of the unit, so that they can be closed. */
final class UnitModule extends ModuleReference {

    private final ModuleReference module;
    private final UnitFiles files;

    UnitModule(ModuleReference module, UnitFiles files) {
        super(module.descriptor(), module.location().orElse(null));
        this.module = module;
        this.files = files;
    }

    @Override
    public ModuleReader open() throws IOException {
        ModuleReader reader = module.open();
        files.add(reader);
        return reader;
    }
}
