/** Tests of the choice of an engine. */
package io.apexproxy.runtime.engine.choice;
