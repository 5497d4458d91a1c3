/** Tests of what sessions share on a loop. */
package io.apexproxy.runtime.relay.loop;
