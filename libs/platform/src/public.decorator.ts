import { SetMetadata } from '@nestjs/common';

export const PUBLIC_ROUTE = 'almoner:public';

/** Opens a route or controller to everybody, without a token. */
export const Public = () => SetMetadata(PUBLIC_ROUTE, true);
