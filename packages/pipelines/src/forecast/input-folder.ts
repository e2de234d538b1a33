import { fileURLToPath } from 'node:url';

/** The folder of the Python package `forecast_input`, which reads tables as people have them. */
export const INPUT_FOLDER = fileURLToPath(new URL('./input', import.meta.url));
